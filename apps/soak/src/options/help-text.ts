/** What `--help` prints. */
export const helpText: string = `Usage: npm run soak -- [options]

Writers, readers, kills, partitions, evictions, exports and imports at once, against a real nats-server; every
few seconds all is brought to rest, and every fold has to equal its bucket.

  --minutes N  how long to go on, such as 10 or 0.5 (1)
  --seed S     decides every write, read and fault (a random one, which is printed)
  --cluster    three servers that replicate the buckets, instead of one
  --help       this text

Exits with 0 when nothing was lost, 1 when something was or the run failed, 2 on a wrong option.
`;

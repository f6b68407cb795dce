import type { ProcessIdentity } from './process-identity.js';

const PREFIX = '.slipstream-stage';
const pattern = /^\.slipstream-stage-([0-9a-f]{8})-([0-9]{1,10})-([0-9]{1,15})-[0-9a-f]{12}$/;

/** The name of a stage: hidden, unique, and naming its owner. */
export function stageName({ host, pid, start }: ProcessIdentity, random: () => number): string {
  const digits = Math.floor(random() * 2 ** 48).toString(16);
  return `${PREFIX}-${host}-${pid}-${start}-${digits.padStart(12, '0')}`;
}

/** Whose stage has this name; `undefined`: it is not a stage. */
export function stageOwner(name: string): ProcessIdentity | undefined {
  const [, host, pid, start] = pattern.exec(name) ?? [];
  return host === undefined ? undefined : { host, pid: Number(pid), start: Number(start) };
}

import type { Stage } from '../stage.js';
import { figure } from '../verdict/claim.js';

/** Fills the bucket with routes. */
export async function fillTheBucket({
  source,
  changes,
  writers,
  ledger,
  options,
  narrator,
}: Stage): Promise<void> {
  narrator.say(source.title);
  if (source.caveat !== undefined) narrator.say(`NOTE: ${source.caveat}`);
  await writers.write(changes.additions(options.routes));
  narrator.say(`${figure(ledger.size)} routes are in the bucket, up to revision ${figure(ledger.head)}`);
}

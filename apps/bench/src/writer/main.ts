// Puts values into a bucket at a steady rate, from a process of its own: its work is not to be the reader's. Each
// value begins with the time at which it was put.
import { setTimeout } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import { benchKey, benchValue, shuffledPlaces } from '../data/bench-entries.js';
import { sharedClockMs, type WriterOrders } from './writer-orders.js';

const TICK_MS = 1;

// Whoever started it has gone.
process.on('disconnect', () => process.exit());

const [, , argument = ''] = process.argv;
const { serverUrl, bucket, entries, putsPerSecond, puts } = JSON.parse(argument) as WriterOrders;
const places = shuffledPlaces(entries);
const connection = await connect({ servers: serverUrl });
const startedAt = performance.now();
for (let sent = 0; sent < puts; ) {
  const due = Math.min(puts, Math.ceil(((performance.now() - startedAt) / 1_000) * putsPerSecond));
  for (; sent < due; sent++) {
    const place = places[sent % entries] ?? 0;
    const value = benchValue(place, 1);
    new DataView(value.buffer).setFloat64(0, sharedClockMs());
    connection.publish(`$KV.${bucket}.${benchKey(place)}`, value);
  }
  await setTimeout(TICK_MS);
}
await connection.close();
process.disconnect();

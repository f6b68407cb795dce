import { describe, expect, test } from 'vitest';
import { AckSubjectReader } from './ack-subject.js';

const NUMBERS = '1.18014398509481.42.1795445488819123456.7';

/** Reads a subject that lies between other bytes. */
function read(ack: AckSubjectReader, subject: string): boolean {
  return ack.read(Buffer.from(`9.9.${subject}.9 9`), 4, 4 + subject.length);
}

describe('AckSubjectReader', () => {
  test.each([
    ['nine tokens', `$JS.ACK.KV_routes.watch-1.${NUMBERS}`],
    ['eleven tokens: domain and account before', `$JS.ACK._.accounthash.KV_routes.watch-1.${NUMBERS}`],
    ['twelve tokens: a random one after', `$JS.ACK.hub.accounthash.KV_routes.watch-1.${NUMBERS}.x7Zq`],
  ])('reads the sequences, the time and the pending count of %s', (_, subject) => {
    const ack = new AckSubjectReader();
    expect(read(ack, subject)).toBe(true);
    expect(ack).toMatchObject({
      streamSequence: 18_014_398_509_481,
      consumerSequence: 42,
      timestampMs: 1_795_445_488_819,
      pending: 7,
    });
  });

  test('reads the next message of the same consumer, with numbers of other lengths', () => {
    const ack = new AckSubjectReader();
    read(ack, '$JS.ACK.KV_b.c.1.9.9.1795445488819123456.10');
    expect(read(ack, '$JS.ACK.KV_b.c.1.1000.10.1795445488820123456.0')).toBe(true);
    expect(ack).toMatchObject({ streamSequence: 1000, consumerSequence: 10, pending: 0 });
    expect(ack.timestampMs).toBe(1_795_445_488_820);
  });

  test('reads another form of the subject after the first, and another consumer', () => {
    const ack = new AckSubjectReader();
    read(ack, `$JS.ACK.KV_b.c.${NUMBERS}`);
    expect(read(ack, `$JS.ACK._.account.KV_b.c.${NUMBERS}`)).toBe(true);
    expect(ack).toMatchObject({ consumerSequence: 42, pending: 7 });
    expect(read(ack, '$JS.ACK.KV_b.d.1.5.6.1795445488820123456.0')).toBe(true);
    expect(ack).toMatchObject({ streamSequence: 5, consumerSequence: 6 });
  });

  test.each([
    '',
    '_INBOX.x.1',
    '$JS.ACK.KV_b.c.1.2.3',
    '$JS.FC.KV_b.c.abcd',
    '$JS.ACK.KV_b.c.1.x.9.1795445488819123456.10',
    '$JS.ACK.KV_b.c.1..9.1795445488819123456.10',
    '$JS.ACK.KV_b.c.1.9.9.1795.10',
    '$JS.ACK.KV_b.c.1.99999999999999999999.9.1795445488819123456.10',
  ])('refuses %j, which is not an acknowledgement subject', (subject) => {
    expect(read(new AckSubjectReader(), subject)).toBe(false);
  });
});

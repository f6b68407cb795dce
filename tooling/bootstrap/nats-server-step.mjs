// The step that gets the nats-server which the tests run against.
import process from 'node:process';
import { installNatsServer } from '../nats-server/installer.mjs';
import { DEFAULT_SERIES, SERIES } from '../nats-server/series.mjs';

/**
 * SLIPSTREAM_NATS says which server the tests use (see CONTRIBUTING.md). A series is installed here; all
 * else it may name is the user's own. When it is not set, the tests can do without a server (those that
 * need one are skipped), but not on CI, where nobody would notice.
 *
 * @returns {import('./steps.mjs').Step}
 */
export function natsServerStep() {
  const wanted = process.env['SLIPSTREAM_NATS'] || undefined;
  return {
    title: 'nats-server for the tests',
    act: async ({ say, keep }) => {
      if (wanted !== undefined && !SERIES.has(wanted)) {
        say(`SLIPSTREAM_NATS=${wanted}: nothing to install`);
        return 0;
      }
      try {
        say(await installNatsServer(wanted ?? DEFAULT_SERIES, { report: keep }));
        return 0;
      } catch (error) {
        if (wanted !== undefined || process.env['CI']) throw error;
        say(`WARNING: ${error instanceof Error ? error.message : error}`);
        say('WARNING: without a nats-server, the tests that need one are skipped');
        return 0;
      }
    },
  };
}

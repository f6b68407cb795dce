// The step that gets the nats-server which the tests and the demo use.
import process from 'node:process';
import { installNatsServer } from '../nats-server/installer.mjs';
import { DEFAULT_SERIES, SERIES } from '../nats-server/series.mjs';

/**
 * SLIPSTREAM_NATS says which server is used (see CONTRIBUTING.md). A series is installed here; anything else that
 * it may name is the user's own. When it is not set, a server is optional.
 *
 * @param {object} options
 * @param {string} options.without what happens without a server
 * @param {boolean} [options.required] whether to fail without a server
 * @returns {import('./steps.mjs').Step}
 */
export function natsServerStep({ without, required = false }) {
  const wanted = process.env['SLIPSTREAM_NATS'] || undefined;
  return {
    title: 'nats-server',
    act: async ({ say, keep }) => {
      if (wanted !== undefined && !SERIES.has(wanted)) {
        say(`SLIPSTREAM_NATS=${wanted}: nothing to install`);
        return 0;
      }
      try {
        say(await installNatsServer(wanted ?? DEFAULT_SERIES, { report: keep }));
      } catch (error) {
        if (wanted !== undefined || required) throw error;
        for (const line of String(error instanceof Error ? error.message : error).split('\n')) say(line);
        say(`WARNING: without a nats-server, ${without}`);
      }
      return 0;
    },
  };
}

// A node of the fleet, as a process of its own. The demo starts it, and tells it by the fork channel what to
// do; when the demo is gone, so is the node.
import { FleetNode } from './fleet-node.js';
import type { NodeCommand, NodeReport } from './node-settings.js';

let node: FleetNode | undefined;

async function obey(command: NodeCommand): Promise<void> {
  if (command.type === 'start') {
    node = await FleetNode.open(command.settings);
    const report: NodeReport = { type: 'serving', port: node.port };
    process.send?.(report);
  } else {
    await node?.close();
    process.exit();
  }
}

process.on('message', (command: NodeCommand) => {
  obey(command).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit());
// A terminal sends Ctrl-C to all of the demo's processes; it is for the demo to end them in order.
process.on('SIGINT', () => undefined);

// A node of the soak, as a process of its own. The soak tells it by the fork channel what to do, and kills it
// without notice; when the soak is gone, so is the node.
import type { NodeMessage, NodeRequest } from './node-protocol.js';
import { SoakNode } from './soak-node.js';

let node: SoakNode | undefined;

function tell(message: NodeMessage): void {
  process.send?.(message);
}

function started(): SoakNode {
  if (node === undefined) throw new Error('the node was not started');
  return node;
}

async function answer(request: NodeRequest): Promise<unknown> {
  switch (request.call) {
    case 'start':
      node = await SoakNode.open(request.ask, tell);
      return node.opened();
    case 'attach':
      return started().attach();
    case 'group':
      return started().group(request.ask);
    case 'read':
      return started().read(request.ask);
    case 'state':
      return started().state;
    case 'table':
      return started().table();
    case 'scrub':
      return started().scrub();
    case 'export':
      return started().export(request.ask.directory, request.ask.form);
    case 'stop':
      return started().close();
  }
}

process.on('message', (request: NodeRequest) => {
  const { id } = request;
  answer(request).then(
    (value) => tell({ type: 'answer', id, answer: value }),
    (error: unknown) =>
      tell({ type: 'error', id, error: error instanceof Error ? (error.stack ?? '') : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
// A terminal sends Ctrl-C to all processes; it is for the soak to end its nodes in order.
process.on('SIGINT', () => undefined);

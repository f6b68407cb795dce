import * as memory from '@slipstream/memory';
import { defineFoldBootstrap } from '../../../tooling/test/fold-bootstrap.js';
import { logBackend, logCapabilities } from '../src/index.js';

defineFoldBootstrap(logBackend, logCapabilities, memory);

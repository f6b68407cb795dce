import * as memory from '@slipstream/memory';
import { defineFoldBootstrap } from '../../../tooling/test/fold-bootstrap.js';
import { levelBackend, levelCapabilities } from '../src/index.js';

defineFoldBootstrap(levelBackend, levelCapabilities, memory);

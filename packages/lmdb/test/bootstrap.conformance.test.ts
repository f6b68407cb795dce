import * as memory from '@slipstream/memory';
import { defineFoldBootstrap } from '../../../tooling/test/fold-bootstrap.js';
import { lmdbBackend, lmdbCapabilities } from '../src/index.js';

defineFoldBootstrap(lmdbBackend, lmdbCapabilities, memory);

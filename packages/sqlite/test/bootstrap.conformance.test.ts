import * as memory from '@slipstream/memory';
import { defineFoldBootstrap } from '../../../tooling/test/fold-bootstrap.js';
import { sqliteBackend, sqliteCapabilities } from '../src/index.js';

defineFoldBootstrap(sqliteBackend, sqliteCapabilities, memory);

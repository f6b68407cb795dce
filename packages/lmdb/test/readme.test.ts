import { defineFoldReadme } from '../../../tooling/test/fold-readme.js';

defineFoldReadme(new URL('..', import.meta.url));

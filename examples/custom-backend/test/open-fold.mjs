// @ts-check
// What the process imports that the kit starts and kills.
export { openNodeSqliteFold as open } from '../src/node-sqlite-fold.mjs';

/**
 * What the thread of a {@link LogMover} runs: JavaScript in a string, because a path to a second file would
 * not survive being bundled. Each message asks for one move, `undefined` for the end.
 */
export const LOG_MOVER_PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.engine);

  const connection = new Database(workerData.file, { fileMustExist: true, timeout: 0 });
  for (const pragma of workerData.pragmas) connection.pragma(pragma);
  // The log is flushed before it is moved, and the database after.
  connection.pragma('synchronous = NORMAL');
  connection.pragma('wal_autocheckpoint = 0');
  const move = connection.prepare('PRAGMA wal_checkpoint(PASSIVE)').raw();

  parentPort.on('message', (isWanted) => {
    if (isWanted) {
      let failure;
      try { move.get(); } catch (error) { failure = String(error); }
      parentPort.postMessage(failure);
      return;
    }
    connection.close();
    parentPort.close();
  });
`;

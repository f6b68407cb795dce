/**
 * What the thread of a `ThreadedLogMover` runs: JavaScript in a string, because a path to a second file would
 * not survive being bundled. A message that is true asks for a move, false for the end.
 */
export const LOG_MOVER_PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.engineModule);

  const connection = new Database(workerData.file, { fileMustExist: true, timeout: 0 });
  for (const pragma of workerData.pragmas) connection.pragma(pragma);
  // The log is flushed before it is moved, and the database after.
  connection.pragma('synchronous = NORMAL');
  connection.pragma('wal_autocheckpoint = 0');
  const move = connection.prepare('PRAGMA wal_checkpoint(PASSIVE)').raw();

  parentPort.on('message', (isWanted) => {
    if (isWanted) {
      // Unmoved, the log keeps what is committed.
      try { move.get(); } catch {}
      parentPort.postMessage('moved');
      return;
    }
    connection.close();
    parentPort.close();
  });
`;

/**
 * What the thread of a `ThreadedWalCheckpointer` runs: JavaScript in a string, because a path to a second file would
 * not survive being bundled. The message `true` asks for a checkpoint, `false` for the end.
 */
export const WAL_CHECKPOINTER_PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.engineModule);

  const connection = new Database(workerData.file, { fileMustExist: true, timeout: 0 });
  for (const pragma of workerData.pragmas) connection.pragma(pragma);
  // The log is flushed before its pages are copied, and the database after.
  connection.pragma('synchronous = NORMAL');
  connection.pragma('wal_autocheckpoint = 0');
  const checkpoint = connection.prepare('PRAGMA wal_checkpoint(PASSIVE)').raw();

  parentPort.on('message', (isWanted) => {
    if (isWanted) {
      // When it fails, the log keeps what is committed.
      try { checkpoint.get(); } catch {}
      parentPort.postMessage('done');
      return;
    }
    connection.close();
    parentPort.close();
  });
`;

export { ManualClock, settlePromises } from './manual-clock.js';

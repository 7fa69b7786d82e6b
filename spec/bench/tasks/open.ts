import type { Seat } from '../seats/seat.js';
import { SEATS } from '../seats/seats.js';
import type { Task } from './task.js';

/** Logs the task's account in. */
export const open = (task: Task, hear: (text: string) => void): Promise<Seat> => {
  const login = SEATS[task.contender];
  if (!login) throw new Error(`There is no contender ${task.contender}`);
  return login(task.account, hear, task.manner);
};

/** What Mesos does that a careful reader would not expect. Each can be switched off, to see who depends on it. */
export interface Habits {
  /** An agent's free resources go to one framework at a time, whole; the others see nothing of them meanwhile. */
  readonly offersWholeAgents: boolean;
  /** mesos-execute declines an offer that is too small and asks for no other one ever again. */
  readonly suppressesForGood: boolean;
  /** mesos-execute exits 0 however its task ends. */
  readonly exitsZero: boolean;
  /** A framework ends with the connection of its process, and its tasks with it. */
  readonly frameworkDiesWithProcess: boolean;
  /** A framework that a former leader knew, and whose process is gone, is listed with its tasks for ever. */
  readonly keepsOrphans: boolean;
  /** Two frameworks may run a task of the same id. */
  readonly allowsTwoCopies: boolean;
  /** Tasks of a removed framework get a last status TASK_KILLED, also those that had ended before. */
  readonly killsTheDead: boolean;
  /** A task that the master refuses is in no list afterwards. */
  readonly forgetsRefusedTasks: boolean;
  /** A partition-aware framework waits for ever for a task on a lost agent. */
  readonly waitsForLostAgents: boolean;
  /** Without `--checkpoint` a task is lost the moment its agent is not connected. */
  readonly losesWithoutCheckpoint: boolean;
  /** A torn down framework's id is refused for good, which ends its process with exit code 1. */
  readonly refusesRemovedFrameworks: boolean;
}

/** How Mesos is: all of them. */
export const BAD_HABITS: Habits = {
  offersWholeAgents: true,
  suppressesForGood: true,
  exitsZero: true,
  frameworkDiesWithProcess: true,
  keepsOrphans: true,
  allowsTwoCopies: true,
  killsTheDead: true,
  forgetsRefusedTasks: true,
  waitsForLostAgents: true,
  losesWithoutCheckpoint: true,
  refusesRemovedFrameworks: true,
};

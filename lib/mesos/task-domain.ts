/** Domain of the names tasks are found by: Mesos-DNS puts the name `mesos-execute` gives its framework before its own domain. */
export const TASK_DOMAIN = "mesos-executeinstance.weave.local";

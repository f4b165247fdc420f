# The lines of a view, made of /state: see view.sh. $before is the view of before, $now the time.

(["TASK_STAGING", "TASK_STARTING", "TASK_RUNNING", "TASK_KILLING", "TASK_UNREACHABLE", "TASK_UNKNOWN"]) as $live
| ($before | split("\n") | map(split(" ") | select(.[0] == "task" and .[3] != "0") | {(.[2]): .[3]}) | add // {}) as $gone
| def well: .state == "TASK_RUNNING" and (.health_check == null or .statuses[-1].healthy == true);
  def hash: [.labels[]? | select(.key == "cdktf-mesos:definition").value][0] // "-";
  "view \($now) \(.leader | split("@")[1] | split(":")[0]) \(.elected_time // 0 | floor) \(.recovered_slaves // [] | length)",
  (.frameworks[]
    | .id as $framework
    | (if .connected then 0 else $gone[.id] // $now end) as $gone_since
    | (.tasks[]?, .unreachable_tasks[]?)
    | .state as $state
    | select($gone_since != 0 or any($live[]; . == $state))
    | ["task", .id, $framework, $gone_since, $state, (if well then "well" else "-" end), hash,
       (.statuses[-1].timestamp // $now | floor)]
    | join(" "))

# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of install-service
# Uploaded definitions, and what becomes of them. Sourced after launcher.sh; holds functions only.

# Takes an upload away, to $claimed/definition, before a lock is waited for: another deploy may upload its own meanwhile,
# to the same place. What was taken goes when the script ends.
definitions_claim() {
  local name=$1 uploaded=$2
  install -d -m 0755 "$LAUNCHER_RUN"
  claimed=$(mktemp -d "$LAUNCHER_RUN/$name.XXXXXX")
  trap 'rm -rf "$claimed"' EXIT
  [[ -e $uploaded ]] || launcher_die "$name: $uploaded is gone, another deploy took it; deploy again"
  mv "$uploaded" "$claimed/definition"
}

# The upload holds one definition a line, each named by its copy.
definitions_read() {
  local line copy hash task
  while IFS= read -r line || [[ -n $line ]]; do
    copy=$(jq --raw-output .task_id.value <<<"$line")
    launcher_require_name "$copy"
    hash=$(printf '%s' "$line" | sha256sum | cut -d ' ' -f 1)
    task=$(definitions_of_hash "$copy" "$hash")
    if [[ -z $task ]]; then
      task=$copy-$generation
      definitions_require_newer "$task"
      definitions_complete "$task" "$hash" <<<"$line" >"$claimed/$task.json"
    fi
    echo "$task $hash $generation" >"$claimed/$copy.wanted"
    tasks["$copy"]=$task
  done <"$claimed/definition"
}

# The newest task of a copy that is here and is of this definition; nothing where there is none.
definitions_of_hash() {
  local task its_hash found=''
  for task in $(launcher_tasks "$name"); do
    if [[ ${task%-*} != "$1" ]]; then continue; fi
    read -r its_hash < <(launcher_labels "$LAUNCHER_TASKS/$task.json")
    if [[ $its_hash == "$2" ]]; then found=$task; fi
  done
  echo "$found"
}

# All launchers take the newest for what is wanted.
definitions_require_newer() {
  local task
  for task in $(launcher_tasks "$name"); do
    if [[ ${task%-*} == "${1%-*}" ]] && ((${task##*-} >= generation)); then
      launcher_die "$name: $task is here, and $1 is not newer; set the clock of the machine that runs Terraform, and deploy again"
    fi
  done
}

definitions_complete() {
  jq --compact-output --arg task "$1" --arg hash "$2" '.task_id.value = $task
    | .labels.labels += [{key: "cdktf-mesos:definition", value: $hash}]'
}

definitions_install() {
  local file
  for file in "$claimed"/*.{json,wanted}; do
    if [[ -e $file ]]; then install -m 0600 "$file" "$LAUNCHER_TASKS/"; fi
  done
}

# Pulling. A registry that does not answer must cost seconds, not the minutes that an engine is ready to wait; a slow but
# living pull must not be cut short. Both are told apart by output: `docker pull` prints its first line once the registry
# has answered with the manifest, and one more for every layer that makes a step.

first_answer_deadline=10
between_steps_deadline=600
silent_repositories=

# Succeeds if the image is there afterwards; else sets why_not_pulled.
pull_image() { # image
  local log=$work/pull-${1//[^a-z0-9.]/-}.log repository=${1%:*} pid size=0 seen last=$SECONDS limit=$first_answer_deadline
  if [ "${ACKPROOF_PULL:-}" = never ]; then
    why_not_pulled='ACKPROOF_PULL is never'
    return 1
  fi
  case " $silent_repositories " in *" $repository "*) why_not_pulled='its registry did not answer before'; return 1 ;; esac
  : >"$log"
  docker pull "$1" >"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  while kill -0 $pid 2>/dev/null; do
    sleep 0.1
    seen=$(wc -c <"$log")
    [ "$seen" -eq $size ] || { size=$seen last=$SECONDS limit=$between_steps_deadline; }
    if [ $((SECONDS - last)) -ge $limit ]; then
      kill $pid 2>/dev/null || true
      wait $pid 2>/dev/null || true
      why_not_pulled="its registry has not answered for $limit s"
      silent_repositories="$silent_repositories $repository"
      return 1
    fi
  done
  wait $pid && return 0
  # The engine's sentence goes from the general to the particular; the end of it is the reason.
  why_not_pulled=$(tail -n 1 "$log" | sed 's/.*: //' | cut -c 1-120)
  return 1
}

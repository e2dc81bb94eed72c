"""Every attempt and what counts as its success: the act itself, seen by the host wherever the host can see it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from helpers.escapes.bait import Bait, source
from kithline_core.sandbox import Failed, Outcome, Scored

SLACK = 1.0  # of seconds; two cores are shared with whatever else runs


class Ran(Struct, frozen=True):
    """How one attempt went: its outcome, how long it took, its limit, and what the host saw change."""

    outcome: Outcome
    seconds: float
    limit: float
    changes: list[str]

    @property
    def back(self) -> str:
        """What it brought back."""
        return str(self.outcome.finding.measures.get("back", "")) if isinstance(self.outcome, Scored) else ""

    @property
    def reason(self) -> str:
        """Why there is no finding."""
        return self.outcome.reason if isinstance(self.outcome, Failed) else ""


Evidence = Callable[[Ran, Bait], Any]


def secret(ran: Ran, bait: Bait) -> bool:
    """The secret came back."""
    return bait.secret in ran.back


def told(ran: Ran, bait: Bait) -> str:
    """The kernel granted the call; only who called can say so."""
    return ran.back


def seen(ran: Ran, bait: Bait) -> bool:
    """Nothing but what the host sees counts, and that counts for every attempt."""
    return False


def passwd(ran: Ran, bait: Bait) -> bool:
    """The host's own list of users came back."""
    return Path("/etc/passwd").read_text()[:100] in ran.back != ""


def text(ran: Ran, bait: Bait) -> bool:
    """The host's own program came back."""
    return source().read_text()[:100] in ran.back


def size(ran: Ran, bait: Bait) -> bool:
    """The secret's size came back."""
    return ran.back == f"size {len(bait.secret)}"


def ended(ran: Ran, bait: Bait) -> bool:
    """Another program took the run's place, so nobody answered."""
    return "ended without an answer" in ran.reason


def died(ran: Ran, bait: Bait) -> bool:
    """The process that serves all runs of the plugin ended."""
    return "ended by itself" in ran.reason or "did not answer" in ran.reason


def disturbed(ran: Ran, bait: Bait) -> Any:
    """The call was granted, or the process that serves all runs has not been the same since."""
    return told(ran, bait) or died(ran, bait)


def unstopped(ran: Ran, bait: Bait) -> bool:
    """It was not stopped, or late."""
    return (accepted(ran, bait) and not refused(ran)) or ran.seconds > ran.limit + SLACK


def refused(ran: Ran) -> bool:
    """Return whether a run ended well and brought nothing: the act was refused, and the plugin lived with that."""
    return isinstance(ran.outcome, Scored) and ran.outcome.finding.measures.get("back") == ""


def accepted(ran: Ran, bait: Bait) -> bool:
    """The host took the answer for a finding."""
    return isinstance(ran.outcome, Scored)


def again(ran: Ran, bait: Bait) -> str:
    """A second run found what the first left."""
    return ran.back


def names(words: str) -> list[str]:
    """Return the names in a text."""
    return words.split()


EVIDENCE: dict[str, dict[Evidence, list[str]]] = {
    "reading": {
        secret: names(
            "read_secret read_neighbour list_configuration read_environment read_c_environment read_own_environ "
            "read_parents_environ read_other_environ read_every_environ read_command_lines read_through_root_link "
            "read_through_cwd_link read_through_symlink read_through_dots open_by_number openat2_by_number "
            "open_by_handle open_by_old_interface open_by_x32 import_planted read_inherited read_through_moved_link "
            "read_through_own_link"
        ),
        passwd: ["read_passwd"],
        text: ["read_host_source"],
        size: ["stat_secret", "statx_secret", "stat_through_moved_link"],
        told: names(
            "list_processes read_other_maps read_exe_link probe_existence load_library watch_folder change_root "
            "hold_path_of_secret"
        ),
    },
    "writing": {
        seen: names(
            "write_temporary write_shared_memory_folder write_var_temporary write_beside_plugin write_open_folder "
            "make_empty_file fill_disk reserve_disk append_to_file truncate_file truncate_by_opening remove_file "
            "rename_file make_folder change_mode change_owner change_times set_attribute make_symlink make_hard_link "
            "make_fifo make_device bind_socket_file open_shared_memory"
        ),
        told: names(
            "make_unnamed_file lock_file lock_inherited write_own_memory write_core_pattern write_oom_score "
            "mount_folder open_new_filesystem clone_tree name_host write_inherited"
        ),
    },
    "network": {
        seen: names(
            "connect_tcp connect_tcp6 connect_multipath send_fast_open send_udp send_udp_by_number ask_name_server "
            "connect_unix send_unix connect_abstract pass_descriptor"
        ),
        told: names(
            "connect_old_interface resolve_name listen_tcp listen_abstract ask_netlink hear_devices open_raw_socket "
            "open_packet_socket open_crypto_socket open_vsock make_socket_pair "
            "connect_open_sockets open_old_socket"
        ),
        disturbed: ["speak_through_open_sockets"],
    },
    "processes": {
        told: names(
            "fork fork_by_old_interface fork_by_clone fork_by_clone3 fork_by_x32 spawn run_shell bomb leave_group "
            "ignore_parents_death adopt_orphans let_anyone_trace signal_everyone signal_first trace_me "
            "trace_zygote trace_victim attach_victim read_zygotes_memory write_zygotes_memory_file "
            "advise_victims_memory steal_zygotes_descriptor starve_victims_disk compare_victim find_victims_locks "
            "move_victims_pages enter_victims_namespaces raise_priority take_real_time find_processes find_groups"
        ),
        ended: names("execute execute_through_loader execute_from_memory execute_by_descriptor"),
        disturbed: ["stop_zygote"],
        died: names("kill_zygote kill_zygote_through_pipe kill_zygotes_group"),
        secret: names(
            "read_victims_memory read_victims_memory_file steal_descriptor reopen_victims_descriptor"
        ),
        seen: names(
            "leave_orphan kill_host kill_by_thread kill_by_task kill_by_queue kill_by_thread_queue kill_by_handle "
            "kill_by_old_interface kill_through_pipe kill_through_pipe_by_kind write_victims_memory limit_victim "
            "pin_victim slow_victim schedule_victim"
        ),
    },
    "kernel": {
        told: names(
            "nest_user_namespace nest_user_namespace_by_clone unshare_network unshare_mounts unshare_processes load_bpf "
            "count_performance open_ring add_key join_keyring read_keyring handle_faults watch_all_files hide_memory "
            "hear_own_calls open_message_queue make_shared_segment make_semaphore make_message_queue become_root "
            "become_another join_group drop_groups set_capabilities change_personality change_descriptor_table "
            "open_ports raise_port_level read_kernel_log call_old_interface call_x32 move_program_end refine_timers "
            "raise_limits raise_own_limits_by_number lock_memory lock_memory_by_mapping map_huge_pages read_clock_control dump_core"
        ),
    },
    "resources": {
        told: names(
            "take_memory take_memory_and_go_on take_shared_memory take_memory_file reserve_memory_file "
            "take_hidden_pages take_descriptors take_pipes take_threads"
        ),
        unstopped: names(
            "loop loop_and_ignore_signals loop_in_expression sleep stop_itself hang_up_and_stay wait_for_itself trickle "
            "answer_with_64_megabytes print_256_megabytes complain_256_megabytes crash_by_address crash_by_depth "
            "crash_by_abort end_silently end_well_without_answer end_by_number"
        ),
    },
    "answers": {
        accepted: names(
            "answer_twice answer_before_the_answer answer_with_pickle answer_with_bare_pickle answer_with_garbage "
            "answer_without_length answer_with_wrong_length answer_with_huge_length answer_with_half "
            "answer_with_nothing answer_deep answer_deep_inside answer_deep_by_type answer_nan answer_raw_nan "
            "answer_raw_infinity answer_raw_surrogate answer_invalid_text answer_wrong_type answer_list "
            "answer_dictionary answer_object answer_with_another_tag answer_with_another_code answer_through_output "
            "answer_by_status answer_zero_byte answer_zero_byte_in_name"
        ),
    },
    "remains": {
        again: names(
            "left_in_builtins left_in_module left_in_sdk left_in_modules left_in_environment left_in_class "
            "left_in_temporary left_in_shared_memory_folder left_in_plugin_folder left_in_segment left_in_keyring "
            "left_in_mapping left_in_memory_file left_in_pipe left_in_socket left_in_event left_in_offset left_in_flags "
            "left_in_folder left_in_mask left_in_thread overhear_requests hear_next_request"
        ),
        seen: ["answer_for_the_next_run"],
        told: names(
            "ring_through_mapped_file wait_for_ring watch_others_compute see_mapped_pages push_mapped_pages_out "
            "send_descriptor_home push_read_pages_out"
        ),
    },
}  # fmt: skip
ATTEMPTS: dict[str, tuple[str, Evidence]] = {
    name: (part, evidence) for part, kinds in EVIDENCE.items() for evidence, list_ in kinds.items() for name in list_
}
# The first that is refused ends the process, and with it whatever would be tried after it; of each kind one is made alone.
DEADLY = {name for name in ATTEMPTS if "old" in name or "x32" in name} | {"leave_orphan", "bomb"}
ALONE = ("open_by_old_interface", "fork_by_x32", "leave_orphan", "bomb")

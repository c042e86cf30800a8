import json
import os
import traceback

from tinyqueue import Worker, lock, log_duration

from backup import accounts, catalog, hooks, plans, remote, restore

JOBS = {
    "none/owner": accounts.notify_owner,
    "none/target": plans.describe_target,
    "key/region": plans.region_of,
    "key/bucket": plans.bucket_of,
    "key/cached": catalog.cached_snapshot,
    "index/newest": catalog.newest_snapshot,
    "parse/manifest": catalog.read_manifest,
    "parse/schedule": plans.read_schedule,
    "parse/size": plans.size_limit,
    "refused/registry": remote.register,
    "upstream/quota": remote.fetch_quota,
    "timeout/upload": remote.upload,
    "constraint/email": accounts.create_account,
    "constraint/plan": accounts.assign_plan,
    "assert/checksum": restore.verify,
    "quota": plans.reserve_space,
    "cause/restore": restore.restore_file,
    "context/cleanup": restore.clean_up,
    "recursion/folders": catalog.folder_size,
    "zero/ratio": catalog.compression_ratio,
    "lambda/sort": catalog.sorted_snapshots,
    "retention": plans.apply_retention,
    "async/stream": remote.stream_chunks,
    "decorated/purge": hooks.purge,
    "decorated/rotate": hooks.rotate,
    "generator/chunks": hooks.chunks_of,
    "gather/mirrors": hooks.mirror_all,
    "waited/mirror": hooks.wait_for_mirror,
    "pool/scan": hooks.scan,
    "property/size": hooks.size_of,
    "enum/level": hooks.level_of,
    "decode/name": hooks.decode_name,
    "manager/session": hooks.with_session,
    "process/compress": hooks.compress,
    "socket/ping": hooks.ping,
    "message/email": accounts.import_email,
    "message/owner": accounts.import_owner,
    "denied/read": restore.denied_read,
    "denied/write": restore.denied_write,
    "slow/query": remote.slow_query,
    "slow/upload": remote.slow_upload,
}

# These are recorded by code that has no stack trace.
WITHOUT_STACK = ("message/", "denied/", "slow/")


def record(bug, error):
    # As the OpenTelemetry SDK of Python does: builtins have no module in their names.
    kind = type(error)
    module = "" if kind.__module__ == "builtins" else kind.__module__ + "."
    trace = "".join(traceback.format_exception(kind, error, error.__traceback__))
    sample = {
        "bug": bug,
        "type": module + kind.__qualname__,
        "message": str(error),
        "stacktrace": "" if bug.startswith(WITHOUT_STACK) else trace,
    }
    print(json.dumps(sample))


def main():
    worker = Worker()
    for name, function in JOBS.items():
        worker.job(name, function)
    if os.environ["CALLER"] == "middlewares":
        worker.use(log_duration)
        worker.use(lock)
    worker.work(dict(os.environ), record)


main()

import type { ErrorEvent, Frame } from '../../errors/error-event.ts';
import { issueId } from '../../issues/identity.ts';
import type { EventAnswer } from '../contract.ts';
import { time } from './time.ts';

export function eventAnswer(event: ErrorEvent): EventAnswer {
  const { attributes } = event;
  const text = (name: string): string | null =>
    attributes[name] === undefined ? null : String(attributes[name]);
  return {
    id: event.id,
    issue_id: issueId(event.service, event.environment, event.fingerprint),
    time: time(event.time),
    reported_time: event.reportedTime === undefined ? null : time(event.reportedTime),
    service: event.service,
    environment: event.environment,
    version: event.version || null,
    instance: event.instance || null,
    pod: event.pod || null,
    severity: event.severity,
    class: event.class,
    component: event.component,
    type: event.type,
    message: event.message,
    stack: event.stack,
    frames: event.frames.map(frameAnswer),
    causes: event.causes.map(({ type, message, frames }) => ({
      type,
      message,
      frames: frames.map(frameAnswer),
    })),
    trace_id: event.traceId,
    span_id: event.spanId,
    operation: event.operation,
    swallowed: event.swallowed !== undefined,
    likely_cause: event.likelyCause ?? null,
    breadcrumbs: (event.breadcrumbs ?? []).map((each) => ({
      time: time(each.time),
      type: each.type,
      level: each.level,
      message: each.message,
      duration_ms: each.durationMillis ?? null,
    })),
    job_id: text('job.id'),
    job_name: text('job.name'),
    attributes,
    support_code: event.supportCode,
  };
}

function frameAnswer(frame: Frame): EventAnswer['frames'][number] {
  return {
    function: frame.function ?? null,
    module: frame.module ?? null,
    file: frame.file ?? null,
    line: frame.line ?? null,
    column: frame.column ?? null,
    in_app: frame.inApp,
  };
}

import * as z from 'zod';
import { type Answer, jsonAnswer } from './answer.ts';
import { type FaultPlan, faultSchema } from './faults.ts';
import { parseJson } from './request.ts';
import type { Workspace } from './workspace.ts';

/** Every path of it begins with this. It is no part of Slack. */
export const controlPrefix = '/control/';

const messageAddress = z.strictObject({ channel: z.string(), ts: z.string() });

/** What a test in another process reads and sets: messages, calls, faults. All of it JSON. */
export function control(workspace: Workspace, faults: FaultPlan, action: string, body: string): Answer {
  const { history } = workspace;
  switch (action) {
    case 'GET /control/messages':
      return done(200, { messages: history.messages, forgotten: history.messagesForgotten });
    case 'GET /control/calls':
      return done(200, { calls: history.calls, forgotten: history.callsForgotten });
    case 'POST /control/faults': {
      const fault = faultSchema.safeParse(parseJson(body));
      if (!fault.success) return done(400, { error: z.prettifyError(fault.error) });
      faults.add(fault.data);
      return done(201, fault.data);
    }
    case 'DELETE /control/faults':
      faults.clear();
      return done(200, {});
    case 'POST /control/delete-message': {
      const address = messageAddress.safeParse(parseJson(body));
      if (!address.success) return done(400, { error: z.prettifyError(address.error) });
      const isDeleted = workspace.delete(address.data.channel, address.data.ts);
      return isDeleted ? done(200, {}) : done(404, { error: 'message_not_found' });
    }
    default:
      return done(404, { error: `no such control: ${action}` });
  }
}

function done(status: number, body: unknown): Answer {
  return jsonAnswer(status, body, 'ok');
}

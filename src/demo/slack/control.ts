import * as z from 'zod';
import { type Answer, jsonAnswer } from './answer.ts';
import { type FaultPlan, faultSchema } from './faults.ts';
import { parseJson } from './request.ts';
import type { RecordedPress } from './history.ts';
import { type Press, pressSchema } from './press.ts';
import type { Workspace } from './workspace.ts';

/** Every path of it begins with this. It is no part of Slack. */
export const controlPrefix = '/control/';

/** Without a reason they are cut off. */
const disconnectSchema = z.strictObject({ reason: z.string().optional() });
const messageAddress = z.strictObject({ channel: z.string(), ts: z.string() });

export type PressButton = (press: Press) => Promise<RecordedPress | undefined>;

export interface Controlled {
  workspace: Workspace;
  faults: FaultPlan;
  press: PressButton;
}

/** What a test in another process reads and sets: messages, calls, faults, buttons. All of it JSON. */
export async function control(
  { workspace, faults, press }: Controlled,
  action: string,
  body: string,
): Promise<Answer> {
  const { history, sockets } = workspace;
  switch (action) {
    case 'GET /control/ephemerals':
      return done(200, { ephemerals: history.ephemerals });
    case 'GET /control/sockets':
      return done(200, { open: sockets.connections, opened: sockets.opened, complaints: sockets.complaints });
    case 'POST /control/press': {
      const wanted = pressSchema.safeParse(parseJson(body));
      if (!wanted.success) return done(400, { error: z.prettifyError(wanted.error) });
      const pressed = await press(wanted.data);
      return pressed === undefined ? done(404, { error: 'there is no such button' }) : done(200, pressed);
    }
    case 'POST /control/disconnect': {
      const wanted = disconnectSchema.safeParse(parseJson(body));
      if (!wanted.success) return done(400, { error: z.prettifyError(wanted.error) });
      if (wanted.data.reason === undefined) sockets.drop();
      else sockets.disconnect(wanted.data.reason);
      return done(200, {});
    }
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

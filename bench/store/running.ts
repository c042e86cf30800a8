import { freePorts } from '../machine/free-port.ts';
import { RunningSubject } from '../subjects/running-subject.ts';
import { launchTocsin } from '../subjects/tocsin.ts';
import { ApiClient } from './client.ts';

const token = 'the-token-of-the-benchmark';

/** Tocsin on a store that is there, as a program of its own. @param directory has the store, as `tocsin.db` */
export async function startOn(
  program: string,
  directory: string,
): Promise<{ subject: RunningSubject; api: ApiClient }> {
  const [adminPort = 0] = await freePorts(1);
  const environment = { TOCSIN_DATA_DIR: directory, TOCSIN_ADMIN_TOKEN: token };
  const launch = await launchTocsin(program, directory, { adminPort, environment });
  const subject = await RunningSubject.start(process.execPath, launch);
  return { subject, api: new ApiClient(`http://127.0.0.1:${adminPort}`, token) };
}

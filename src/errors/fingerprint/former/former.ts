import type { FailureFacts } from '../../fingerprint.ts';
import { fingerprintV1 } from './v1/fingerprint.ts';
import { fingerprintV2 } from './v2/fingerprint.ts';

/**
 * The fingerprint as it was, the latest version first. An issue that one of them named goes on under the name of the present version, so
 * whoever counts the version up puts here what it was until then, as it was.
 */
export const formerVersions: readonly ((facts: FailureFacts) => string)[] = [fingerprintV2, fingerprintV1];

import type { Environment } from '../../config/environment.ts';
import { resourceAttributes } from '../../conventions/attributes.ts';
import { parseHeaderList } from '../configuration/header-list.ts';

/**
 * The environment that Tocsin itself runs in, by the variable that says it to every SDK
 * (https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable).
 */
export function ownEnvironment(environment: Environment): string {
  const attributes = new Map(parseHeaderList(environment['OTEL_RESOURCE_ATTRIBUTES'] ?? '').headers);
  for (const name of resourceAttributes.environment) {
    const value = attributes.get(name);
    if (value !== undefined) return value;
  }
  return '';
}

import { readFileSync, writeFileSync } from 'node:fs';
import { schemaFile, withReference } from './src/app/configuration/documentation.ts';

/** Writes what follows from the schemas of the configuration: the JSON Schema for editors, and the reference of all keys. */
const page = 'docs/configuration.md';
writeFileSync('config/tocsin.schema.json', schemaFile());
writeFileSync(page, withReference(readFileSync(page, 'utf8')));

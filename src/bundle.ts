import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/*
 * The bundle's way in. What the engine made of its files is read from beside them, so that a start need not compile them: a tenth of it. A
 * cache of another Node or another user is not used, and where there is none a start takes its time.
 */
enableCompileCache({ directory: join(import.meta.dirname, 'cache'), portable: true });
await import('./main.ts');

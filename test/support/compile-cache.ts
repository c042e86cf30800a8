import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// There are as many processes as files of tests, and each would strip and compile the same modules anew.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/compile', import.meta.url)));

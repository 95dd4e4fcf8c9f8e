import { testDocument } from './document.ts';

testDocument('docs/cache.md');

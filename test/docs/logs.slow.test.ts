import { testDocument } from './document.ts';

testDocument('docs/logs.md');

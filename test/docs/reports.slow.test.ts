import { testDocument } from './document.ts';

testDocument('docs/reports.md');

// What is drawn and what answers in the page of a run. Runs once, when the page is there.

import type { PageData } from '../page-data.ts';
import { drawConflicts } from './conflicts.ts';
import { watchDetails } from './details.ts';
import { byId } from './dom.ts';
import { drawGraph } from './graph.ts';
import { sortAndFilter } from './table.ts';
import { switchTheme } from './theme.ts';
import { drawTimeline } from './timeline.ts';

const data = JSON.parse(byId('data').textContent ?? '') as PageData;

switchTheme();
drawTimeline(byId('timeline'), data);
drawGraph(byId('graph'), data);
drawConflicts(byId('conflicts'), data);
sortAndFilter();
watchDetails(data);

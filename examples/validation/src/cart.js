import { prices } from './prices.js';

export const total = (items) => items.reduce((sum, item) => sum + prices[item], 0);

export const prices = {
  coffee: 300,
  tea: 250,
};

// What a form holds, as the control API wants it.

// Numbers by their fields' names; an empty one is left out, or null where the API is to hear of it.
export function numbersOf(form, nullable = []) {
  const wish = {};
  for (const field of form.elements) {
    if (field.type !== "number" || field.disabled) continue;
    if (field.value !== "") wish[field.name] = Number(field.value);
    else if (nullable.includes(field.name)) wish[field.name] = null;
  }
  return wish;
}

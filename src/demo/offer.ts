import { PEOPLE, type Person } from "./cast.ts";

/** The people of the demo, who all exist in its database, with a token each. */
export const offerOf = (token: (person: Person) => Promise<string>) => ({
  token,
  people: () => Promise.all(PEOPLE.map(async (person) => ({ ...person, token: await token(person) }))),
});

import { requireViewer } from "../../services/shared/access.ts";
import { builder } from "./builder.ts";

export const User = builder.objectType("User", {
  description:
    "A person. Who acted on a valid token without being kept here is shown by the token's name, else by number.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "A whole number." }),
    name: t.exposeString("name", { description: "1 to 200 characters, as the person is shown." }),
  }),
});

const UpsertUserInput = builder.inputType("UpsertUserInput", {
  description: "A person to create or to update.",
  fields: (t) => ({
    id: t.id({ description: "Left out: a free one is taken." }),
    name: t.string({ required: true, description: "1 to 200 characters." }),
    parentIds: t.idList({ description: "The person's parents. Left out: unchanged. Empty: none." }),
  }),
});

builder.queryField("me", (t) =>
  t.field({
    type: User,
    nullable: true,
    description: "The person that the token names; null without a token.",
    resolve: (_root, _args, { viewer, services }) => (viewer === null ? null : services.people.me(viewer)),
  }),
);

builder.mutationField("upsertUser", (t) =>
  t.field({
    type: User,
    description:
      "Admin or service: create or update the people that sessions refer to. BAD_USER_INPUT for unknown parents, CONFLICT for somebody who was erased.",
    args: { input: t.arg({ type: UpsertUserInput, required: true, description: "The person." }) },
    resolve: (_root, { input }, { viewer, services }) => services.people.upsert(requireViewer(viewer), input),
  }),
);

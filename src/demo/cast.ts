import type { Role } from "../auth/claims.ts";

/* Who is in the demo and what they do: data only. */

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
}

/** What a person does in one tab; a lesson's minute 0 is the start of the hour that both lessons share. */
export interface Cue {
  readonly minute: number;
  readonly tab: string;
  /** `leave` closes the connection as a client does; `drop` is the network's doing: the socket is gone without a word. */
  readonly act: "connect" | "idle" | "active" | "leave" | "drop";
}

export interface Part {
  readonly person: Person;
  readonly cues: readonly Cue[];
}

export interface Script {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly tutor: Part;
  readonly student: Part;
}

const SELAM = { id: 1, name: "Selam Bekele", role: "tutor" } as const;
const DAWIT = { id: 2, name: "Dawit Abebe", role: "student" } as const;
const NORA = { id: 3, name: "Nora Lind", role: "tutor" } as const;
const JONAS = { id: 4, name: "Jonas Berg", role: "student" } as const;
export const PARENT: Person = { id: 5, name: "Hana Abebe", role: "parent" };
export const ADMIN: Person = { id: 9, name: "Ada Okafor", role: "admin" };

export const PEOPLE: readonly Person[] = [SELAM, NORA, JONAS, PARENT, ADMIN, DAWIT];
/** Whose parent PARENT is. */
export const CHILD: Person = DAWIT;

/** The example of docs/SPEC.md, section 4: 52.5 active minutes of 60 for the tutor; eight minutes late and 45 active for the student. */
const ALGEBRA: Script = {
  title: "Algebra",
  from: 0,
  to: 60,
  tutor: {
    person: SELAM,
    cues: [
      { minute: 0, tab: "laptop", act: "connect" },
      { minute: 30, tab: "laptop", act: "idle" },
      { minute: 37.5, tab: "laptop", act: "active" },
      { minute: 60, tab: "laptop", act: "leave" },
    ],
  },
  student: {
    person: DAWIT,
    cues: [
      { minute: 8, tab: "phone", act: "connect" },
      { minute: 44, tab: "phone", act: "idle" },
      { minute: 51, tab: "phone", act: "active" },
      { minute: 60, tab: "phone", act: "leave" },
    ],
  },
};

/** A tutor in two tabs at once, which count once; a student whose network fails for a quarter of an hour. */
const READING: Script = {
  title: "Reading",
  from: 15,
  to: 60,
  tutor: {
    person: NORA,
    cues: [
      { minute: 15, tab: "laptop", act: "connect" },
      { minute: 25, tab: "tablet", act: "connect" },
      { minute: 40, tab: "laptop", act: "leave" },
      { minute: 60, tab: "tablet", act: "leave" },
    ],
  },
  student: {
    person: JONAS,
    cues: [
      { minute: 16, tab: "laptop", act: "connect" },
      { minute: 27.1, tab: "laptop", act: "drop" },
      { minute: 42, tab: "laptop", act: "connect" },
      { minute: 60, tab: "laptop", act: "leave" },
    ],
  },
};

export const LESSONS: readonly Script[] = [ALGEBRA, READING];
/** What is played: the whiteboards open at the first minute, the tutors end the lessons at the last. */
export const FIRST_MINUTE = -1;
export const LAST_MINUTE = 60;

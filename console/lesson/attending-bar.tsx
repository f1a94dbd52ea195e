import { addressOfLesson, Link } from "../router.tsx";
import { useStore } from "../store.ts";
import { attending, leave } from "./attending.ts";

/** Says on every page that one is in a lesson. The lesson's own page has its own way to leave it. */
export function Attending({ page }: { readonly page: string | null }) {
  const lesson = useStore(attending);
  if (lesson === null) return null;
  return (
    <section className={`attending attending-${lesson.state}`} aria-label="The lesson that you are in">
      <p>
        {lesson.state === "connected" ? "You are in " : lesson.state === "connecting" ? "Joining " : "Reconnecting to "}
        <Link href={addressOfLesson(lesson.sessionId)}>{lesson.title}</Link>
      </p>
      {page !== lesson.sessionId && (
        <button type="button" onClick={leave}>
          Leave
        </button>
      )}
    </section>
  );
}

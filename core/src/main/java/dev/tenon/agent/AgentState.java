package dev.tenon.agent;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.output.Fix;
import dev.tenon.provider.FinishReason;
import dev.tenon.run.Effect;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.scope.State;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of an agent's machine. Updated in place by the machine alone. Its JSON form reads back as the same. */
final class AgentState {
    int step;
    int repairs;
    Outcome.AnswerForm form = Outcome.AnswerForm.TEXT;
    String instructions = "";
    List<Message> history = List.of();
    List<ToolSpec> tools = List.of();
    List<String> programs = List.of();
    final List<Message> turn = new ArrayList<>(4);
    Effect.Purpose purpose = Effect.Purpose.ANSWER;

    // How often the context was loaded again, and how often the memory asked a model since it last said what goes in.
    int loads;
    int asked;

    @Nullable
    Outcome[] summaries = NO_SUMMARIES;

    // The first messages of the turn as they are sent, and how many these are; the others are sent as they are.
    List<Message> shown = List.of();
    int covered;
    // At so many tokens the context is to be loaded again, and whether a reply has said that it is.
    long again;
    boolean full;
    // What became of a request that was too long: it is made shorter once.
    int tooLong = FITS;

    Json values = Json.Obj.EMPTY;
    FinishReason finish = FinishReason.NONE;
    final List<Fix> fixes = new ArrayList<>(0);

    // The calls of this round: what came of each, in their order.
    List<Outcome.PlannedCall> calls = List.of();
    Content.@Nullable ToolResult[] results = NO_RESULTS;
    List<State.Change>[] changes = noChanges(0);
    List<ToolSpec>[] offered = none(0);
    int open;

    // Results that were too long to be shown, whole; the callId of each is its reference.
    final List<Content.ToolResult> kept = new ArrayList<>(0);

    // How the run will end when what is open has ended; null while it goes on.
    @Nullable
    RunEnd end;

    static final int FITS = 0;
    static final int TRYING = 1;
    static final int TRIED = 2;
    static final @Nullable Outcome[] NO_SUMMARIES = new Outcome[0];

    private static final Content.@Nullable ToolResult[] NO_RESULTS = new Content.ToolResult[0];

    AgentState() {}

    static List<State.Change>[] noChanges(int calls) {
        return none(calls);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    static <T> List<T>[] none(int calls) {
        List<T>[] none = new List[calls];
        java.util.Arrays.fill(none, List.of());
        return none;
    }

    List<Message> turn() {
        return turn;
    }

    /** The turn as it is sent. */
    List<Message> sent() {
        if (covered == 0) {
            return turn;
        }
        List<Message> sent = new ArrayList<>(shown.size() + turn.size() - covered);
        sent.addAll(shown);
        sent.addAll(turn.subList(covered, turn.size()));
        return sent;
    }

    FinishReason finish() {
        return finish;
    }

    List<Fix> fixes() {
        return fixes;
    }

    Json values() {
        return values;
    }

    @JsonValue
    Json json() {
        List<Json> done = new ArrayList<>(results.length);
        for (Content.@Nullable ToolResult result : results) {
            done.add(Json.of(result));
        }
        List<Json> came = new ArrayList<>(summaries.length);
        for (Outcome summary : summaries) {
            came.add(Json.of(summary));
        }
        List<Json> changed = new ArrayList<>(changes.length);
        for (List<State.Change> one : changes) {
            changed.add(Json.of(one));
        }
        return Json.object()
                .put("step", step)
                .put("repairs", repairs)
                .put("form", form)
                .put("instructions", instructions)
                .put("history", each(history))
                .put("tools", each(tools))
                .put("programs", programs)
                .put("turn", each(turn))
                .put("purpose", purpose)
                .put("loads", loads)
                .put("asked", asked)
                .put("summaries", came)
                .put("shown", each(shown))
                .put("covered", covered)
                .put("again", again)
                .put("full", full)
                .put("too_long", tooLong)
                .put("values", values)
                .put("finish", finish)
                .put("fixes", each(fixes))
                .put("calls", each(calls))
                .put("results", done)
                .put("changes", changed)
                .put(
                        "offered",
                        java.util.Arrays.stream(offered).map(AgentState::each).toList())
                .put("open", open)
                .put("kept", each(kept))
                .put("end", end)
                .build();
    }

    private static List<Json> each(List<?> values) {
        return values.stream().map(Json::of).toList();
    }

    @JsonCreator
    static AgentState of(Json json) {
        Json.Obj object = json.asObj();
        AgentState state = new AgentState();
        state.step = (int) at(object, "step").asLong();
        state.repairs = (int) at(object, "repairs").asLong();
        state.form = at(object, "form").as(Outcome.AnswerForm.class);
        state.instructions = at(object, "instructions").asString();
        state.history = at(object, "history").as(new TypeRef<List<Message>>() {});
        state.tools = at(object, "tools").as(new TypeRef<List<ToolSpec>>() {});
        state.programs = at(object, "programs").as(new TypeRef<List<String>>() {});
        state.turn.addAll(at(object, "turn").as(new TypeRef<List<Message>>() {}));
        state.purpose = at(object, "purpose").as(Effect.Purpose.class);
        state.loads = (int) at(object, "loads").asLong();
        state.asked = (int) at(object, "asked").asLong();
        Json.Arr summaries = at(object, "summaries").asArr();
        state.summaries = new Outcome[summaries.size()];
        for (int i = 0; i < summaries.size(); i++) {
            state.summaries[i] =
                    summaries.get(i).isNull() ? null : summaries.get(i).as(Outcome.class);
        }
        state.shown = at(object, "shown").as(new TypeRef<List<Message>>() {});
        state.covered = (int) at(object, "covered").asLong();
        state.again = at(object, "again").asLong();
        state.full = at(object, "full").as(Boolean.class);
        state.tooLong = (int) at(object, "too_long").asLong();
        state.values = at(object, "values");
        state.finish = at(object, "finish").as(FinishReason.class);
        state.fixes.addAll(at(object, "fixes").as(new TypeRef<List<Fix>>() {}));
        state.calls = at(object, "calls").as(new TypeRef<List<Outcome.PlannedCall>>() {});
        Json.Arr results = at(object, "results").asArr();
        state.results = new Content.ToolResult[results.size()];
        for (int i = 0; i < results.size(); i++) {
            state.results[i] = results.get(i).isNull() ? null : results.get(i).as(Content.ToolResult.class);
        }
        Json.Arr changes = at(object, "changes").asArr();
        state.changes = noChanges(changes.size());
        for (int i = 0; i < changes.size(); i++) {
            state.changes[i] = changes.get(i).as(new TypeRef<List<State.Change>>() {});
        }
        Json.Arr offered = object.get("offered").map(Json::asArr).orElse(Json.array());
        state.offered = none(state.results.length);
        for (int i = 0; i < offered.size(); i++) {
            state.offered[i] = offered.get(i).as(new TypeRef<List<ToolSpec>>() {});
        }
        object.get("kept").ifPresent(kept -> state.kept.addAll(kept.as(new TypeRef<List<Content.ToolResult>>() {})));
        state.open = (int) at(object, "open").asLong();
        Json end = object.get("end").orElse(Json.NULL);
        state.end = end.isNull() ? null : end.as(RunEnd.class);
        return state;
    }

    private static Json at(Json.Obj object, String name) {
        return object.get(name)
                .orElseThrow(() -> new IllegalArgumentException("the state of an agent has no \"" + name + "\""));
    }
}

package dev.tenon.agent;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.output.Fix;
import dev.tenon.provider.FinishReason;
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
    Json values = Json.Obj.EMPTY;
    FinishReason finish = FinishReason.NONE;
    final List<Fix> fixes = new ArrayList<>(0);

    // The calls of this round: what came of each, in their order.
    List<Outcome.PlannedCall> calls = List.of();
    Content.@Nullable ToolResult[] results = NO_RESULTS;
    List<State.Change>[] changes = noChanges(0);
    int open;

    // How the run will end when what is open has ended; null while it goes on.
    @Nullable
    RunEnd end;

    private static final Content.@Nullable ToolResult[] NO_RESULTS = new Content.ToolResult[0];

    AgentState() {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    static List<State.Change>[] noChanges(int calls) {
        List<State.Change>[] none = new List[calls];
        java.util.Arrays.fill(none, List.of());
        return none;
    }

    List<Message> turn() {
        return turn;
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
                .put("values", values)
                .put("finish", finish)
                .put("fixes", each(fixes))
                .put("calls", each(calls))
                .put("results", done)
                .put("changes", changed)
                .put("open", open)
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

package dev.tenon.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.run.Limits;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Spent;
import dev.tenon.scope.Stop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The state of a workflow's machine. Updated in place by the machine alone. Its JSON form reads back as the same, for the machine of the same definition. */
final class WorkflowState {
    @Nullable
    Frame root;

    /** Main effects by key: one in two fields, since most often there is only one. */
    @Nullable
    String loneKey;

    @Nullable
    Frame lone;

    final Map<String, Frame> open = new LinkedHashMap<>(2);

    /** Clocks, pauses and timers by key. */
    final Map<String, Frame> side = new LinkedHashMap<>(2);

    /** Keys of effects that nobody waits for any more, but that have not ended. */
    final Set<String> draining = new LinkedHashSet<>(2);

    /** What was taken of rates and comes back, by the key of the sleep. */
    final Map<String, Taken> rates = new LinkedHashMap<>(2);

    /** Deadlines by the key of the sleep: the node. */
    final Map<String, Integer> deadlines = new LinkedHashMap<>(2);

    final Set<Integer> late = new LinkedHashSet<>(2);
    int performing;
    long order;
    int[] used = new int[0];
    int[] peak = new int[0];
    long[] granted = new long[0];
    long[] waited = new long[0];

    @Nullable
    ReadyQueue ready;

    final List<Told> signals = new ArrayList<>(0);
    final Set<String> seen = new LinkedHashSet<>(0);

    @Nullable
    Stop stopped;

    boolean undoing;
    Limits.@Nullable Reached limited;

    @Nullable
    RunEnd end;

    private @Nullable Json read;

    /** So much of a resource. */
    record Taken(int resource, int amount) {}

    /** A signal that nobody waited for yet. */
    record Told(String name, Json payload) {}

    void open(String key, Frame frame) {
        if (lone == null) {
            lone = frame;
            loneKey = key;
        } else {
            open.put(key, frame);
        }
    }

    @Nullable
    Frame take(String key) {
        if (key.equals(loneKey)) {
            Frame found = lone;
            lone = null;
            loneKey = null;
            return found;
        }
        return open.isEmpty() ? null : open.remove(key);
    }

    boolean nothingOpen() {
        return lone == null
                && open.isEmpty()
                && side.isEmpty()
                && draining.isEmpty()
                && rates.isEmpty()
                && deadlines.isEmpty();
    }

    /** The values of the state, as far as branches have joined. */
    Json.Obj values(Plan plan, Json.Obj input) {
        attach(plan);
        Json.ObjBuilder out = Json.object();
        plan.definition.keys().forEach((name, key) -> key.initial().forEach(value -> out.put(name, value)));
        out.putAll(input);
        Frame top = root;
        if (top != null && top.body != null && top.body.layer != null) {
            Json.Obj before = out.build();
            top.body.layer.forEach((name, value) -> {
                Reducer reducer = plan.reducers.get(name);
                out.put(
                        name,
                        reducer == null
                                ? value
                                : Reducing.joined(reducer, before.members().get(name), value));
            });
        }
        return out.build();
    }

    @JsonValue
    Json json() {
        if (root == null && read != null) {
            return read; // It was read and not used.
        }
        Json.ObjBuilder out = Json.object();
        if (root != null) {
            out.put("root", frame(root));
        }
        List<String> keys = new ArrayList<>();
        if (loneKey != null) {
            keys.add(loneKey);
        }
        keys.addAll(open.keySet());
        out.put("open", keys);
        out.put("draining", List.copyOf(draining));
        out.put("rates", Json.of(rates));
        out.put("deadlines", Json.of(deadlines));
        out.put("late", List.copyOf(late));
        out.put("performing", performing).put("order", order);
        out.put("used", ints(used))
                .put("peak", ints(peak))
                .put("granted", longs(granted))
                .put("waited", longs(waited));
        List<Json> waiting = new ArrayList<>();
        if (ready != null) {
            ready.forEach((frame, since) -> waiting.add(Json.array(path(frame), since)));
        }
        out.put("ready", Json.Arr.of(waiting));
        out.put("signals", Json.of(signals));
        out.put("seen", List.copyOf(seen));
        out.put("stopped", stopped == null ? Json.NULL : Json.of(stopped));
        out.put("undoing", undoing);
        out.put("limited", limited == null ? Json.NULL : Json.of(limited));
        out.put("end", end == null ? Json.NULL : Json.of(end));
        return out.build();
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static WorkflowState of(Json json) {
        WorkflowState state = new WorkflowState();
        state.read = json;
        return state;
    }

    /** Reads what was not read yet: for that the plan must be known. */
    void attach(Plan plan) {
        if (used.length != plan.sizes.length) {
            used = new int[plan.sizes.length];
            peak = new int[plan.sizes.length];
            granted = new long[plan.sizes.length];
            waited = new long[plan.sizes.length];
        }
        if (ready == null) {
            ready = new ReadyQueue(plan);
        }
        Json kept = read;
        if (kept == null) {
            return;
        }
        read = null;
        Json.Obj object = kept.asObj();
        Json top = object.get("root").orElse(Json.NULL);
        Map<String, Frame> byKey = new LinkedHashMap<>();
        if (!top.isNull()) {
            root = frame(plan, top.asObj(), null, byKey);
        }
        for (Json key : at(object, "open").asArr()) {
            Frame frame = byKey.get(key.asString());
            if (frame == null) {
                throw new IllegalStateException("the state of a workflow has no step for " + key);
            }
            open(key.asString(), frame);
        }
        for (Json key : at(object, "draining").asArr()) {
            draining.add(key.asString());
        }
        at(object, "rates").asObj().forEach((key, value) -> rates.put(key, value.as(Taken.class)));
        at(object, "deadlines").asObj().forEach((key, value) -> deadlines.put(key, (int) value.asLong()));
        for (Json node : at(object, "late").asArr()) {
            late.add((int) node.asLong());
        }
        performing = (int) at(object, "performing").asLong();
        order = at(object, "order").asLong();
        Json.Arr taken = at(object, "used").asArr();
        for (int i = 0; i < taken.size(); i++) {
            used[i] = (int) taken.get(i).asLong();
            peak[i] = (int) at(object, "peak").asArr().get(i).asLong();
            granted[i] = at(object, "granted").asArr().get(i).asLong();
            waited[i] = at(object, "waited").asArr().get(i).asLong();
        }
        for (Json entry : at(object, "ready").asArr()) {
            Frame frame = find(entry.asArr().get(0).asArr());
            ready.add(frame, entry.asArr().get(1).asLong());
        }
        signals.addAll(at(object, "signals").as(new TypeRef<List<Told>>() {}));
        for (Json id : at(object, "seen").asArr()) {
            seen.add(id.asString());
        }
        stopped = at(object, "stopped").isNull() ? null : at(object, "stopped").as(Stop.class);
        undoing = at(object, "undoing").equals(Json.Bool.TRUE);
        limited = at(object, "limited").isNull() ? null : at(object, "limited").as(Limits.Reached.class);
        end = at(object, "end").isNull() ? null : at(object, "end").as(RunEnd.class);
    }

    private static Json at(Json.Obj object, String name) {
        return object.get(name)
                .orElseThrow(() -> new IllegalArgumentException("the state of a workflow has no \"" + name + "\""));
    }

    private static Json ints(int[] values) {
        return Json.Arr.of(Arrays.stream(values).mapToObj(Json::of).toList());
    }

    private static Json longs(long[] values) {
        return Json.Arr.of(Arrays.stream(values).mapToObj(Json::of).toList());
    }

    // Frames

    /** The slots from the root to a frame. */
    private static Json path(Frame frame) {
        List<Json> slots = new ArrayList<>();
        for (Frame at = frame; at.parent != null; at = at.parent) {
            slots.addFirst(Json.of(at.slot));
        }
        return Json.Arr.of(slots);
    }

    private Frame find(Json.Arr path) {
        Frame at = root;
        for (Json slot : path) {
            if (at == null) {
                break;
            }
            int index = (int) slot.asLong();
            Frame.Body body = at.body();
            at = index < 0 ? body.special : at.child != null ? at.child : body.children[index];
        }
        if (at == null) {
            throw new IllegalStateException("the state of a workflow has no step at " + path);
        }
        return at;
    }

    private static Json frame(Frame frame) {
        Json.ObjBuilder out = Json.object()
                .put("node", frame.node.id)
                .put("slot", frame.slot)
                .put("last", frame.last)
                .put("flags", (int) frame.flags)
                .put("phase", frame.phase());
        if (frame.open != null) {
            out.put("open", frame.open);
        }
        if (frame.child != null) {
            out.put("child", frame(frame.child));
        }
        if (frame.output != null) {
            out.put("output", frame.output);
        }
        if (frame.body != null) {
            body(out, frame.body);
        }
        return out.build();
    }

    private static void body(Json.ObjBuilder out, Frame.Body body) {
        Json.ObjBuilder in = Json.object().put("at", body.at).put("size", body.children.length);
        List<Json> children = new ArrayList<>();
        for (Frame child : body.children) {
            if (child != null) {
                children.add(frame(child));
            }
        }
        in.put("children", Json.Arr.of(children));
        if (body.special != null) {
            in.put("special", frame(body.special));
        }
        List<Json> results = new ArrayList<>();
        for (Json result : body.results) {
            results.add(result == null ? Json.Arr.EMPTY : Json.array(result));
        }
        in.put("results", Json.Arr.of(results));
        if (body.layers != null) {
            List<Json> layers = new ArrayList<>();
            for (Layer layer : body.layers) {
                layers.add(layer == null ? Json.NULL : layer.json());
            }
            in.put("layers", Json.Arr.of(layers));
        }
        if (body.layer != null) {
            in.put("layer", body.layer.json());
        }
        int[] status = new int[body.status.length];
        for (int i = 0; i < status.length; i++) {
            status[i] = body.status[i];
        }
        in.put("status", ints(status)).put("waits", ints(body.waits));
        in.put("queue", ints(Arrays.copyOf(body.queue, body.queued))).put("taken", body.taken);
        in.put("items", body.items);
        if (body.failing != null) {
            in.put("failing", Json.of(body.failing));
        }
        if (body.error != null) {
            in.put("error", Json.of(body.error));
        }
        if (body.failure != null) {
            in.put("failure", Json.of(body.failure));
        }
        in.put("attempt", body.attempt).put("suffix", body.suffix);
        in.put("failures", Json.of(body.failures));
        if (body.moment != null) {
            in.put("moment", body.moment.json());
        }
        in.put("timer", body.timer);
        in.put("log", Json.of(body.log));
        in.put("after", body.after);
        in.put("spent", Json.of(body.spent));
        out.put("body", in.build());
    }

    private Frame frame(Plan plan, Json.Obj object, @Nullable Frame parent, Map<String, Frame> byKey) {
        Frame frame = new Frame(
                plan.nodes[(int) at(object, "node").asLong()],
                parent,
                (int) at(object, "slot").asLong(),
                at(object, "last"));
        frame.flags = (byte) at(object, "flags").asLong();
        frame.phase(at(object, "phase").as(Frame.Phase.class));
        frame.open = object.string("open").orElse(null);
        if (frame.open != null) {
            byKey.put(frame.open, frame);
        }
        frame.output = object.get("output").orElse(null);
        Json kept = object.get("body").orElse(Json.NULL);
        if (!kept.isNull()) {
            body(plan, kept.asObj(), frame, byKey);
        }
        Json child = object.get("child").orElse(Json.NULL);
        if (!child.isNull()) {
            frame.child = frame(plan, child.asObj(), frame, byKey);
        }
        sides(frame, frame.body);
        return frame;
    }

    private void sides(Frame frame, Frame.@Nullable Body body) {
        switch (frame.phase()) {
            case CLOCK -> side.put(frame.key() + WorkflowMachine.NOW, frame);
            case LOT -> side.put(frame.key() + WorkflowMachine.LOT, frame);
            case PAUSING -> side.put(frame.key() + WorkflowMachine.PAUSE, frame);
            default -> {}
        }
        if (body != null && body.timer) {
            side.put(frame.key() + WorkflowMachine.TIMEOUT, frame);
        }
    }

    private void body(Plan plan, Json.Obj in, Frame frame, Map<String, Frame> byKey) {
        Frame.Body body = frame.body();
        // Parts go by it for their keys.
        body.attempt = (int) at(in, "attempt").asLong();
        body.suffix = at(in, "suffix").asString();
        body.at = (int) at(in, "at").asLong();
        body.children = new Frame[(int) at(in, "size").asLong()];
        for (Json child : at(in, "children").asArr()) {
            Frame made = frame(plan, child.asObj(), frame, byKey);
            body.children[made.slot] = made;
            body.live++;
        }
        Json special = in.get("special").orElse(Json.NULL);
        if (!special.isNull()) {
            body.special = frame(plan, special.asObj(), frame, byKey);
            body.live++;
        }
        Json.Arr results = at(in, "results").asArr();
        body.results = new Json[results.size()];
        for (int i = 0; i < results.size(); i++) {
            Json.Arr result = results.get(i).asArr();
            if (result.size() == 1) {
                body.results[i] = result.get(0);
            }
        }
        Json layers = in.get("layers").orElse(Json.NULL);
        if (layers instanceof Json.Arr all) {
            Layer[] made = new Layer[all.size()];
            for (int i = 0; i < made.length; i++) {
                if (!all.get(i).isNull()) {
                    made[i] = Layer.of(all.get(i));
                }
            }
            body.layers = made;
        }
        body.layer = in.get("layer").map(Layer::of).orElse(null);
        int[] status = ints(at(in, "status"));
        body.status = new byte[status.length];
        for (int i = 0; i < status.length; i++) {
            body.status[i] = (byte) status[i];
        }
        body.waits = ints(at(in, "waits"));
        int[] queue = ints(at(in, "queue"));
        body.queued = queue.length;
        body.queue = Arrays.copyOf(queue, body.status.length);
        body.taken = (int) at(in, "taken").asLong();
        body.items = at(in, "items").asArr();
        body.failing = in.get("failing").map(json -> json.as(Failure.class)).orElse(null);
        body.error = in.get("error").map(json -> json.as(Failure.class)).orElse(null);
        body.failure = in.get("failure").map(json -> json.as(Failure.class)).orElse(null);
        body.failures = new ArrayList<>(at(in, "failures").as(new TypeRef<List<Failure>>() {}));
        body.moment = in.get("moment").map(Moment::of).orElse(null);
        body.timer = at(in, "timer").equals(Json.Bool.TRUE);
        body.log = new ArrayList<>(at(in, "log").as(new TypeRef<List<Frame.Done>>() {}));
        body.after = at(in, "after").asString();
        body.spent = at(in, "spent").as(Spent.class);
    }

    private static int[] ints(Json array) {
        Json.Arr items = array.asArr();
        int[] values = new int[items.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) items.get(i).asLong();
        }
        return values;
    }
}

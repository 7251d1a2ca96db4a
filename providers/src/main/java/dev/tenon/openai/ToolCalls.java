package dev.tenon.openai;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.Delta;
import dev.tenon.wire.FreeText;
import dev.tenon.wire.Growing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one choice, put together from fragments. Not thread-safe.
 *
 * <p>By the specification fragments belong together by {@code index}, and only the first has id and name. What hosts do besides, and how it is read:
 *
 * <ul>
 *   <li>no index: a fragment with another id begins a call, as does one with a name where the last call has arguments already; anything
 *       else goes on with the last call;
 *   <li>the same index for every call, each whole (Gemini's compatible endpoint): a fragment with another id <em>and</em> a name begins a call;
 *   <li>another id in every fragment of one call (early vLLM): without a name it goes on, and the first id stays;
 *   <li>the name repeated in every fragment: it counts once; a name in pieces: they are joined;
 *   <li>arguments as JSON instead of text: they are the whole text.
 * </ul>
 */
final class ToolCalls {
    /** Origin of what came by this wire and has nothing that must go back unchanged. */
    static final Origin PLAIN = new Origin(OpenAi.WIRE, Json.NULL);

    private static final class Open {
        final int index;
        final int order;
        String id = "";
        String name = "";
        boolean told;
        boolean custom;
        boolean hasArguments;

        @Nullable
        Json extraContent;

        final Growing arguments = new Growing();

        Open(int index, int order) {
            this.index = index;
            this.order = order;
        }
    }

    private final List<Open> calls = new ArrayList<>(0);

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** Takes a whole call. */
    void addWhole(Piece.Fragment fragment, @Nullable Call watcher) {
        add(begin(fragment), fragment, watcher);
    }

    /** Takes a fragment, and tells a watcher, where there is one. */
    void add(Piece.Fragment fragment, @Nullable Call watcher) {
        add(of(fragment), fragment, watcher);
    }

    private static void add(Open call, Piece.Fragment fragment, @Nullable Call watcher) {
        if (call.id.isEmpty()) call.id = fragment.id;
        if (!fragment.name.isEmpty() && !fragment.name.equals(call.name)) call.name += fragment.name;
        if (fragment.custom) call.custom = true;
        if (fragment.extraContent != null) call.extraContent = fragment.extraContent;
        String arguments = fragment.arguments;
        if (arguments != null) {
            call.hasArguments = true;
            call.arguments.add(arguments);
        }
        if (watcher != null) tell(call, arguments, watcher);
    }

    private static void tell(Open call, @Nullable String arguments, Call watcher) {
        if (!call.told && (!call.name.isEmpty() || !call.arguments.isEmpty())) {
            call.told = true;
            watcher.delta(new Delta.ToolCallStarted(call.order, call.id, call.name));
        }
        if (arguments != null && !arguments.isEmpty()) {
            watcher.delta(new Delta.ToolCallArguments(call.order, arguments));
        }
    }

    private Open of(Piece.Fragment fragment) {
        Open last = last(fragment.index);
        boolean begins = last == null
                || (fragment.index < 0 ? beginsWithoutIndex(last, fragment) : beginsAtSameIndex(last, fragment));
        return begins || last == null ? begin(fragment) : last;
    }

    private Open begin(Piece.Fragment fragment) {
        Open call = new Open(fragment.index, calls.size());
        calls.add(call);
        return call;
    }

    /** The last call at this index; without an index the last of all. */
    private @Nullable Open last(int index) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            Open call = calls.get(i);
            if (index < 0 || call.index == index || call.index < 0) return call;
        }
        return null;
    }

    private static boolean beginsWithoutIndex(Open last, Piece.Fragment fragment) {
        if (!fragment.id.isEmpty())
            return !fragment.id.equals(last.id) && !last.id.isEmpty() || repeats(last, fragment);
        return !fragment.name.isEmpty() && !last.name.isEmpty() && !last.arguments.isEmpty();
    }

    private static boolean beginsAtSameIndex(Open last, Piece.Fragment fragment) {
        if (fragment.name.isEmpty() || last.name.isEmpty()) return false;
        boolean otherId = !fragment.id.isEmpty() && !last.id.isEmpty() && !fragment.id.equals(last.id);
        return otherId || repeats(last, fragment);
    }

    /** A whole call after a whole call, told apart by nothing but that there is nothing left to say of the first. */
    private static boolean repeats(Open last, Piece.Fragment fragment) {
        return !fragment.name.isEmpty()
                && fragment.arguments != null
                && !fragment.arguments.isEmpty()
                && last.hasArguments
                && isWhole(last);
    }

    private static boolean isWhole(Open call) {
        if (!call.arguments.endsWith('}')) return false;
        try {
            return Json.parse(call.arguments.toString()) instanceof Json.Obj;
        } catch (JsonException e) {
            return false;
        }
    }

    /** Whether a call was one of free text. */
    static boolean isCustom(Content.ToolCall call) {
        return call.origin().from(OpenAi.WIRE)
                && call.origin().data() instanceof Json.Obj data
                && data.string("type").orElse("").equals("custom");
    }

    List<Content.ToolCall> calls() {
        List<Content.ToolCall> all = new ArrayList<>(calls.size());
        for (Open call : calls) {
            all.add(new Content.ToolCall(
                    call.id,
                    call.name,
                    call.arguments.toString(),
                    "",
                    origin(call),
                    call.custom ? FreeText.MARK : Map.of()));
        }
        return all;
    }

    private static Origin origin(Open call) {
        if (call.hasArguments && !call.custom && call.extraContent == null) return PLAIN;
        Json.ObjBuilder back = Json.object();
        if (call.custom) back.put("type", "custom");
        // A call that came without any arguments is not the same as one with empty ones.
        if (!call.hasArguments) back.put("arguments", null);
        if (call.extraContent != null) back.put(Piece.EXTRA, call.extraContent);
        return new Origin(OpenAi.WIRE, back.build());
    }
}

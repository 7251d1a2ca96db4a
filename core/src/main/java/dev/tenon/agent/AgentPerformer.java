package dev.tenon.agent;

import dev.tenon.error.Failure;
import dev.tenon.event.RunEvent;
import dev.tenon.json.Json;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.Content;
import dev.tenon.output.OutputParser;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Cost;
import dev.tenon.provider.Delta;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Notice;
import dev.tenon.provider.Usage;
import dev.tenon.run.Effect;
import dev.tenon.run.Outcome;
import dev.tenon.run.Outcome.AnswerForm;
import dev.tenon.run.Performer;
import dev.tenon.schema.Violation;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Scoped;
import dev.tenon.scope.StoppedException;
import dev.tenon.tool.CheckableTool;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolException;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Does what an agent's machine wants. Thread-safe. */
final class AgentPerformer implements Performer {
    private final AgentSetup setup;
    private final RunRequest request;

    private final Supplier<RunTools> tools;

    /** {@code tools} are chosen when they are first asked for. */
    AgentPerformer(AgentSetup setup, RunRequest request, Supplier<RunTools> tools) {
        this.setup = setup;
        this.request = request;
        this.tools = tools;
    }

    @Override
    public Outcome perform(Effect effect, EffectCall call) {
        return switch (effect) {
            case Effect.LoadContext load -> load(load, call);
            case Effect.CallModel model -> model(model, call);
            case Effect.Interpret interpret -> Reading.of(setup, tools.get(), interpret, call);
            case Effect.CallTool tool -> tool(tool, call);
            case Effect.Append append -> {
                setup.memory().append(append.session(), new Turn(call.run(), append.turn(), request.user()));
                yield new Outcome.Appended();
            }
            case Effect.RunChild child -> throw unknown(effect);
            case Effect.Ask ask -> throw unknown(effect);
            case Effect.Work work -> throw unknown(effect);
            case Effect.Sleep sleep -> throw unknown(effect);
            case Effect.Cancel cancel -> throw unknown(effect);
        };
    }

    private static IllegalStateException unknown(Effect effect) {
        return new IllegalStateException(
                "an agent does not perform " + effect.getClass().getSimpleName());
    }

    // Context

    private Outcome load(Effect.LoadContext load, EffectCall call) {
        AnswerForm form = Answers.form(request.format(), setup.model().info());
        String instructions = load.instructions().isEmpty()
                ? instructions(form)
                : load.instructions().getFirst();
        Recalled recalled = setup.remembers() ? recall(load, call, instructions, form) : Recalled.NOTHING;
        for (Recalled.Receipt receipt : recalled.receipts()) {
            RunEvent told = new RunEvent.MemoryCompacted(
                    load.session(),
                    receipt.how(),
                    receipt.hidden(),
                    receipt.tokensBefore(),
                    receipt.tokensAfter(),
                    receipt.tokensKept(),
                    receipt.cost());
            call.notice(new Notice.Custom(told.name(), Json.of(told)));
        }
        return new Outcome.Loaded(
                instructions,
                recalled.messages(),
                tools.get().told(),
                tools.get().programs(),
                form,
                recalled.receipts().isEmpty() ? Json.NULL : Json.of(recalled.receipts()),
                recalled.input(),
                recalled.wanted(),
                recalled.again());
    }

    private String instructions(AnswerForm form) {
        String instructions = setup.instructions().apply(request);
        if (form != AnswerForm.PROMPT) {
            return instructions;
        }
        String asked = OutputParser.json(request.format().schema()).format();
        return instructions.isEmpty() ? asked : instructions + "\n\n" + asked;
    }

    private Recalled recall(Effect.LoadContext load, EffectCall call, String instructions, AnswerForm form) {
        ChatRequest around = setup.request(
                request, instructions, List.of(), List.of(), tools.get().told(), form);
        return setup.memory()
                .recall(new Recall(
                        load.session(),
                        call.run(),
                        load.input(),
                        around,
                        setup.model().info(),
                        load.summaries(),
                        load.tooLong(),
                        request.user()));
    }

    // Model

    private Outcome model(Effect.CallModel model, EffectCall call) {
        ModelInfo info = setup.model().info();
        Counting counting = new Counting(call, model.purpose() != Effect.Purpose.SUMMARY);
        ChatResponse response = setup.model().chat(model.request(), counting);
        if (response == null) {
            throw new IllegalStateException(
                    "provider " + setup.model().getClass().getName() + " returned null instead of a response");
        }
        if (setup.remembers() && model.purpose() != Effect.Purpose.SUMMARY) {
            tellMemory(model.request(), response, info);
        }
        return counting.replied(response, info);
    }

    private void tellMemory(ChatRequest sent, ChatResponse response, ModelInfo info) {
        try {
            setup.memory().asked(request.session(), info, sent, response.usage());
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(AgentPerformer.class)
                    .warn("the memory failed when it was told what was sent; the run goes on", e);
        }
    }

    /** Counts what attempts that were thrown away were charged for, and what the one that answered was where that was another model. */
    private static final class Counting implements Call, Scoped {
        private final EffectCall call;
        private final boolean shown;

        // Guarded by this: notices may come from any thread.
        private Usage lost = Usage.ZERO;
        private Cost lostCost = Cost.ZERO;
        private @Nullable Cost cost;

        Counting(EffectCall call, boolean shown) {
            this.call = call;
            this.shown = shown;
        }

        @Override
        public Scope scope() {
            return call;
        }

        synchronized Outcome.Replied replied(ChatResponse response, ModelInfo info) {
            return new Outcome.Replied(response, cost == null ? info.cost(response.usage()) : cost, lost, lostCost);
        }

        private synchronized void count(Notice notice) {
            if (notice instanceof Notice.AttemptCost attempt) {
                lost = lost.plus(attempt.usage());
                lostCost = lostCost.plus(attempt.cost());
            } else if (notice instanceof Notice.Answered answered) {
                cost = answered.cost();
            }
        }

        @Override
        public void notice(Notice notice) {
            count(notice);
            call.notice(notice);
        }

        @Override
        public boolean watched() {
            return shown && call.watched();
        }

        @Override
        public void delta(Delta delta) {
            if (shown) {
                call.delta(delta);
            }
        }
    }

    // Tools

    private Outcome tool(Effect.CallTool called, EffectCall call) {
        Tool tool = find(called);
        List<Violation> wrong = called.approved() ? tool.spec().parameters().validate(called.arguments()) : List.of();
        if (!wrong.isEmpty()) {
            return error("the call was approved with arguments that do not fit, and was not run: "
                    + wrong.get(0).message());
        }
        Context context = context(call, called);
        try {
            return returned(tool, tool.call(called.arguments(), context), context);
        } catch (NestedCall.LimitReached limit) {
            return new Outcome.Limited(limit.reached);
        } catch (ToolException e) {
            return new Outcome.Failed(Failure.of(e));
        } catch (StoppedException e) {
            if (call.stopped()) {
                throw e;
            }
            return error(tool.spec().name() + " failed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return call.stop().<Outcome>map(Outcome.Stopped::new).orElseGet(() -> error("it was interrupted"));
        } catch (Throwable thrown) {
            if (call.stopped()) {
                return new Outcome.Stopped(call.stop().orElseThrow());
            }
            LoggerFactory.getLogger(AgentPerformer.class)
                    .debug("tool {} failed at {}", tool.spec().name(), call.id(), thrown);
            return error(said(tool.spec().name(), thrown));
        }
    }

    private Tool find(Effect.CallTool called) {
        return tools.get()
                .all()
                .find(called.tool())
                .orElseThrow(() -> new IllegalStateException("no tool \"" + called.tool() + "\""));
    }

    private Context context(EffectCall call, Effect.CallTool called) {
        return new Context(setup, request, tools.get(), call, called.state());
    }

    /** What the model is told of what a tool threw: what and why, no stack, and nothing that opens a door. */
    private static String said(String tool, Throwable thrown) {
        String message = Credentials.hidden(thrown);
        String name = thrown.getClass().getSimpleName();
        return tool + " failed with " + (name.isEmpty() ? "an exception" : name)
                + (message.isEmpty() ? "" : ": " + message);
    }

    private static Outcome.Returned error(String text) {
        return new Outcome.Returned(List.of(Content.text(text)), true, List.of(), false);
    }

    private static Outcome.Returned returned(Tool tool, @Nullable ToolOutput given, Context context) {
        ToolOutput output = given == null ? ToolOutput.text("null") : given;
        if (output.error()) {
            return new Outcome.Returned(output.content(), true, List.of(), false);
        }
        Optional<String> broken = tool.spec().broken(output);
        if (broken.isPresent()) {
            return error(broken.get());
        }
        return new Outcome.Returned(output.content(), false, context.changes(), false, context.offered());
    }

    @Override
    public Doubt doubt(Effect effect, EffectCall call) {
        if (!(effect instanceof Effect.CallTool called)) {
            return Doubt.AGAIN;
        }
        Tool tool = find(called);
        ToolSpec spec = tool.spec();
        if (spec.is(ToolSpec.Trait.IDEMPOTENT) || spec.is(ToolSpec.Trait.READ_ONLY)) {
            return Doubt.AGAIN;
        }
        Optional<CheckableTool> checkable = checkable(tool);
        if (checkable.isPresent()) {
            Context context = context(call, called);
            try {
                return checkable
                        .get()
                        .check(called.arguments(), context)
                        .<Doubt>map(output -> new Doubt.Settled(returned(tool, output, context)))
                        .orElse(Doubt.AGAIN);
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                LoggerFactory.getLogger(AgentPerformer.class)
                        .warn("tool {} could not check whether {} happened", spec.name(), call.id(), e);
            }
        }
        String said = "the call had begun when the process died, and it is not known whether it happened";
        return switch (setup.inDoubt()) {
            case ASK -> new Doubt.Ask(said);
            case TELL -> new Doubt.Settled(error(said));
            case FAIL -> new Doubt.Settled(new Outcome.Failed(Failure.of("tool.in_doubt", spec.name() + ": " + said)));
        };
    }

    private static Optional<CheckableTool> checkable(Tool tool) {
        return tool instanceof CheckableTool own
                ? Optional.of(own)
                : tool.wrapped().flatMap(AgentPerformer::checkable);
    }
}

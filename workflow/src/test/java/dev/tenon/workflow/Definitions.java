package dev.tenon.workflow;

import dev.tenon.run.Limits;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Gen;
import java.time.Duration;
import java.util.List;

/** Definitions of any shape, whether they would make sense or not. */
final class Definitions {
    private static final List<Class<? extends Step>> LEAVES = List.of(
            Step.Agent.class,
            Step.Tool.class,
            Step.Function.class,
            Step.Script.class,
            Step.Transform.class,
            Step.SubWorkflow.class,
            Step.Wait.class,
            Step.Ask.class,
            Step.Handoff.class,
            Step.Supervisor.class,
            Step.Custom.class);

    private static final List<Class<? extends Step>> COMPOSITES = List.of(
            Step.Sequence.class,
            Step.Parallel.class,
            Step.When.class,
            Step.Switch.class,
            Step.Route.class,
            Step.Loop.class,
            Step.ForEach.class,
            Step.Graph.class,
            Step.Approval.class);

    private static final Gen<Duration> TIMES = chance -> chance.oneIn(4)
            ? Duration.ofSeconds(Long.MAX_VALUE >>> chance.below(63), chance.below(1_000_000_000))
            : Duration.ofMillis(chance.between(0, 1_000_000));

    private static final Gen<Limits> BUDGETS = chance -> new Limits(
            0,
            0,
            chance.between(0, 1_000),
            chance.between(0, 1_000),
            java.math.BigDecimal.valueOf(chance.between(0, 500), 2),
            Duration.ZERO);

    private static final Gen<Step> BARE = chance -> chance.oneIn(2) ? Step.function("f") : Step.sequence();

    private static final Arbitrary POLICIES = Arbitrary.VALUES
            .with(Duration.class, TIMES)
            .with(Limits.class, BUDGETS)
            .with(double.class, chance -> chance.below(101) / 100.0)
            .with(AgentDefinition.class, Definitions::agent)
            .with(Integer.class, chance -> 1 + chance.below(9))
            .with(Step.class, BARE);

    private static final Arbitrary VALUES = POLICIES.with(
                    Policy.class,
                    chance -> chance.oneIn(3) ? POLICIES.value(Policy.class).next(chance) : Policy.NONE)
            .with(int.class, chance -> chance.below(5))
            .with(Step.class, Definitions::step);

    private Definitions() {}

    static Gen<Definition> any() {
        return chance -> {
            Gen<Definition> inner = chance.oneIn(4) && !chance.deep() ? any() : flat();
            return VALUES.with(Definition.class, inner).value(Definition.class).next(chance);
        };
    }

    private static Gen<Definition> flat() {
        return chance -> Definition.of(Gen.name().next(chance), BARE.next(chance));
    }

    private static AgentDefinition agent(dev.tenon.testing.Chance chance) {
        Limits limits = BUDGETS.next(chance);
        return new AgentDefinition(
                Gen.name().next(chance),
                Gen.name().next(chance),
                Gen.text().next(chance),
                Gen.name().list(3).next(chance),
                Arbitrary.of(dev.tenon.schema.JsonSchema.class).next(chance),
                Arbitrary.of(dev.tenon.provider.ModelSettings.class).next(chance),
                chance.oneIn(2)
                        ? Limits.DEFAULT
                        : new Limits(
                                chance.below(60),
                                chance.below(3),
                                limits.inputTokens(),
                                limits.outputTokens(),
                                limits.usd(),
                                TIMES.next(chance)));
    }

    static Gen<Step> steps() {
        return Definitions::step;
    }

    private static Step step(dev.tenon.testing.Chance chance) {
        Class<? extends Step> kind = chance.deep() || chance.oneIn(2) ? chance.pick(LEAVES) : chance.pick(COMPOSITES);
        return chance.inside(VALUES.value(kind));
    }
}

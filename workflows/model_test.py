"""A test call of a provider of models, from where all questions are asked."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from kure.contracts.investigating import InvestigationActivities
    from kure.contracts.models import ModelTested, ModelTestRequest
    from workflows.options import model_test


@workflow.defn
class ModelTestWorkflow:
    """One small question to one provider."""

    @workflow.run
    async def run(self, request: ModelTestRequest) -> ModelTested:
        """What came of it. It is not repeated: somebody waits, and it may cost something."""
        return await workflow.execute_activity_method(
            InvestigationActivities.test_model, request, **model_test(request.summary)
        )

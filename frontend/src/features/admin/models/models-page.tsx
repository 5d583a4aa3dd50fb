import { useQuery } from '@tanstack/react-query';
import { modelsQuery } from '../../../api/queries/models';
import { QueryState } from '../../../ui/query-state';
import { PageHead } from '../page-head';
import { PromptPreview } from './prompt-preview';
import { Providers } from './providers';
import { Rules } from './rules';

/** Which models are asked, of what, for how much, and what exactly they are told. */
export default function ModelsPage() {
  const query = useQuery(modelsQuery);
  return (
    <>
      <PageHead title="Models">
        The rules explain most failures without any model. Where they end, a model can be asked: it
        reads, proposes, and changes nothing.
      </PageHead>
      <QueryState query={query} what="the models" skeletonLines={6}>
        {(models) => (
          <>
            <Providers models={models} />
            <Rules key={models.version} models={models} />
            <PromptPreview />
          </>
        )}
      </QueryState>
    </>
  );
}

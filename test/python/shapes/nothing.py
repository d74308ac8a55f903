import os
import sys

print(sorted(k for k in os.environ if 'CNN' in k or k == 'PYTHONPATH'), [p for p in sys.path if 'inject' in p], 'sitecustomize' in sys.modules)

export interface Config {
  readonly units: number;
  readonly activation: 'relu' | 'tanh';
}
